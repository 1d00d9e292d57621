"""The forward proxy, for clients whose host names cannot be changed. It never sends to a network.

* ``routes``       which vendor serves which hosts
* ``protocol``     connections of clients: tunnels (CONNECT), with or without TLS in them
* ``application``  requests with a whole URL, and error responses
"""
