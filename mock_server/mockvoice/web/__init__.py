"""HTTP for any vendor: contracts compiled once, strict bodies, one way in and one way out.

A request walks through four members of Connexion's middleware list, in this order:
``routing`` (which operation), ``security`` (whose sandbox), ``validation`` (typed arguments) and
``dispatch`` (one transaction, one answer). ``vendor.build`` puts them together.
"""

from mockvoice.web.connexion_import import import_connexion

import_connexion()
