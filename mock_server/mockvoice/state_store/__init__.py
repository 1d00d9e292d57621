"""The store of sandboxes that last beyond the process: ``mockvoice serve --state URL``.

The state of a vendor in a sandbox is a *layer*: the rows in which it differs from another layer, its
parent, or all rows if it has none. Sandboxes with equal initial data share the layer of that data, and
a snapshot is the layer that the sandbox had then. So an unused sandbox costs only its description, and
a snapshot only what is changed after it.

* ``urls``         the addresses of stores, as ``--state`` has them
* ``store``        gathers the changes of many requests into one batch, and tells when it is stored
* ``stored_sandbox``, ``layers``  what a batch has to contain of a sandbox, and of a backend
* ``layer_chains`` which layers are needed, and which are merged
* ``descriptions`` a sandbox without its data, as JSON
* ``loading``      reads the data of a sandbox
* ``batch``        a batch, and what a database has to do
* ``opening``    chooses the database of an address: ``sqlite`` or ``postgresql``, which connect and lock
* ``sqlite_tables``, ``postgresql_tables``  their tables, and the statements that write them
* ``reading``, ``writing``  what both read alike, and in which order both write
* ``encoding``     keys and rows as JSON

Everything runs on the event loop unless a docstring says otherwise.
"""
