"""The store of sandboxes that last beyond the process: ``mockvoice serve --state URL``.

The state of a vendor in a sandbox is a *layer*: the rows in which it differs from another layer, its
parent, or all rows if it has none. Sandboxes with equal initial data share the layer of that data, and
a snapshot is the layer that the sandbox had then. So an unused sandbox costs only its description, and
a snapshot only what is changed after it.

* ``urls``         the addresses of stores, as ``--state`` has them
* ``store``        gathers the changes of many requests into one batch, and reports when it is stored
* ``stored_sandbox``, ``layers``  what a batch has to contain of a sandbox, and of a backend
* ``layer_chains`` which layers are needed, and which are merged
* ``descriptions`` a sandbox without its data, as JSON
* ``loading``      reads the data of a sandbox
* ``registrations`` the stored sandboxes in the registry, with or without their data in memory
* ``batch``, ``database``  a batch, and what a database has to do
* ``opening``      chooses the database of an address: ``sqlite`` or ``postgresql``
* ``postgresql_connection``  connections that are opened again after they were lost
* ``sqlite_tables``, ``postgresql_tables``  their tables, and the statements that write them
* ``reading``, ``writing``  what both read alike, and in which order both write
* ``encoding``     keys and rows as JSON
* ``node``, ``sharing``  servers that share a database: leases of sandboxes, and how this one gets them
* ``postgresql_node``, ``postgresql_functions``  nodes and leases in PostgreSQL
* ``metrics``      what a store counts

Everything runs on the event loop unless a docstring says otherwise.
"""
