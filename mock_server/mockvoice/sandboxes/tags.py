"""Tags of sandboxes: a load balancer sends all requests of a sandbox to one node by its tag.

A tag is computed from the sandbox's name, also by a load balancer, which finds names in the paths of the
control API. Every credential, token, code and public link of a sandbox has its tag before its secret
digits, except the fixed credentials of ``default``, which have none.
"""

import re
from hashlib import sha1

TAG_DIGITS = 10  # hexadecimal: 40 bits; two sandboxes of a million may have the same tag
SECRET_DIGITS = 30  # hexadecimal, at least: 120 bits

# The regular expression of a tag with what follows it. Its only group is the tag.
TAGGED = rf"-([0-9a-f]{{{TAG_DIGITS}}})[0-9a-f]{{{SECRET_DIGITS}}}"
_TAGGED = re.compile(TAGGED)


def tag_of(name: str) -> str:
    """Return the tag of the sandbox of this name: ten hexadecimal digits."""
    return sha1(name.encode(), usedforsecurity=False).hexdigest()[:TAG_DIGITS]


DEFAULT_TAG = tag_of("default")  # of secrets in which no tag is found


def find_tag(secret: str) -> str | None:
    """Return the tag in a credential, a token, a code or a link, or ``None``."""
    match = _TAGGED.search(secret)
    return None if match is None else match[1]


def tagged(digits: str, tag: str) -> str:
    """Return hexadecimal digits whose first ones are replaced by a tag, so that their number stays."""
    return tag + digits[TAG_DIGITS:]
