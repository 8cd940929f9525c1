"""The families of checks, each a literal table in the order in which a person would ask.

- branch, gate, credential, artifacts: in the order of a release
- hosting: about no release in particular
- whole: all of them, each once

A module of its own for each: who asks one family waits for the others no longer than for their names.
"""
