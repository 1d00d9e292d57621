"""Hostile requests to every operation: none may cause a 5xx, a hang, a reset or a leak.

``python -m tests.attack --requests 100000 --seed 7`` (``make attack``) sends many; ``test_attack.py`` sends a
few. The same seed gives the same requests.
"""
