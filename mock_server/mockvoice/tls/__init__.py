"""TLS of the server's own ports and of tunnels through its proxy.

* ``authority``  the certificate authority that issues the certificates of hosts
* ``files``      certificates and keys in files
* ``hosts``      host names, as certificates and routes compare them
* ``encryption``  what of this the settings of a server ask for
* ``protocol``   begins TLS on a connection that already exists
"""
