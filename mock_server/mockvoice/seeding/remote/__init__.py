"""A plan carried out over HTTP: at a pace, again where an answer was lost, and never twice."""
