"""Generation profile: number of generated requests, and their seed."""

import os
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Profile:
    """Numbers of generated requests."""

    seeds: tuple[int, ...]
    examples: int  # random requests per operation
    scenarios: int  # chains of linked requests
    steps: int  # requests per chain
    all_forms: bool  # whether the coverage phase also sends its JSON requests as forms
    systematic: int | None = None  # maximum of coverage-phase requests per operation


SMALL = Profile(seeds=(1,), examples=2, scenarios=8, steps=8, all_forms=False)
DEEP = Profile(seeds=(1, 2, 3, 4), examples=40, scenarios=150, steps=20, all_forms=True)

SEED, EXAMPLES = "MOCKVOICE_TEST_SEED", "MOCKVOICE_TEST_EXAMPLES"


def current_profile() -> Profile:
    """Return the profile for ``MOCKVOICE_TEST_DEPTH``: ``deep``, or else one for a run of a minute.

    ``MOCKVOICE_TEST_SEED`` selects other examples. ``MOCKVOICE_TEST_EXAMPLES`` is the number of
    generated requests per operation. Only a quarter is random, because random requests take longest
    to generate; the others come from the coverage phase, which may have fewer.
    """
    profile = DEEP if os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep" else SMALL
    if seed := os.environ.get(SEED):
        profile = replace(profile, seeds=tuple(int(seed) + number - 1 for number in profile.seeds))
    if examples := int(os.environ.get(EXAMPLES, "0")):
        random = max(examples // 4, 1)
        systematic = max(examples - random, 1)
        scenarios = min(max(examples // 2, 1), 100)
        profile = replace(profile, examples=random, systematic=systematic, scenarios=scenarios)
    return profile
