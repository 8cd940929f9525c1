"""How long it takes, side by side with what others use: `python -m bench`, from a checkout.

- series, races: what is told of a set of times, and how contenders are timed in turn
- report: the result as text and as JSON
- place: throwaway environments, and what a timed command sees of this machine
- startup, gate, ready, validate, ship: the subjects
- large_repository: a large project, and many packages in one repository
- stand_in, projects: run inside the throwaway environment: the index, and the repositories
"""
