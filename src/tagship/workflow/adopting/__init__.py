"""A project is adopted: looked at, decided on, and given the files that its releases need.

- survey: what there is, and the adoption that follows from it and from what was decided
- planning: the files beside what is generated for them; locking: those that are made by another tool
- deciding: the keys of `[tool.tagship]` that keep what was found out or decided
- refusing: what is asked for and cannot be
- following: what is left to a person, in order
- adopting: all of it, as it is shown, checked and written
"""
