"""The steps of a release, near to far.

- examine: gate, credential and validate: a stage that is a set of checks
- build: distributions from a pristine checkout; collect: wheels that were built elsewhere from its sdist
- upload: what the index lacks
- prove: what the index serves; proved: whether a receipt of it lies here
- release: the host's release, a draft at first and public at last
"""
