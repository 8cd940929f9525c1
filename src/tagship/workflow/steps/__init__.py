"""The steps of a release, near to far.

- examine: gate, credential and validate: a stage that is a set of checks
- build: distributions from a pristine checkout
- release: the host's release, a draft at first and public at last
- upload: what the index lacks
- prove: what the index serves
"""
