"""Bounds of connections: their number, the size of a request's head, and the time that clients take.

* ``transport``  joins writes, and reads on for a while before a connection is closed
* ``early``      responds to requests that have not arrived completely
* ``heads``      reads the part of a request's head that has arrived, and responds to it
* ``watch``      finds connections that take too long, once a second
* ``registry``   the open connections of a server, whose number is limited
* ``descriptors``  the file descriptors of this process
"""
