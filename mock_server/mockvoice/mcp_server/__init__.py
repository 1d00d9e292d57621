"""The tools of ``mockvoice mcp``: a running mock for coding agents, by the Model Context Protocol.

* ``tools``               the tools, one module for each group
* ``server``              the protocol: tools, resources and instructions; needs the extra ``mcp``
* ``definitions``         a tool: its description, its arguments, its function
* ``control_operations``  operations of the control API, whose contract describes most arguments
* ``session``, ``connection``  what the tools of one agent share; the mock that they work with
* ``vendor_contract``, ``fields``  contracts of vendors: search, operations and their fields
* ``texts``, ``secrets``  short outputs without secrets
"""
