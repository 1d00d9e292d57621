"""Connections: how responses are sent, and how connections end; bounds of size, number and time.

* ``pipelining``     connections with several requests at once
* ``response_writer``  sends a response in one write
* ``transport``  reads on for a while before a connection is closed
* ``early``      responds to requests that have not arrived completely
* ``json_errors``  error responses in the format of the control API
* ``heads``      reads the part of a request's head that has arrived, and responds to it
* ``watch``      finds connections that take too long, once a second
* ``registry``   the open connections of a server, whose number is limited
* ``descriptors``  the file descriptors of this process
"""
