"""HTTP for any vendor: compiled contracts, strict bodies, one request pipeline.

A request passes through four middlewares, in this order: ``routing`` (find the
operation), ``security`` (find the sandbox), ``validation`` (typed arguments) and ``dispatch`` (one
transaction, one response). ``build.build`` assembles them.
"""
