"""What happens, in which order.

- plans: the plans, each a literal list of steps with a reason per line
- steps: the steps
- stages: makes the steps for one workplace
- execute: runs a plan, and runs it again
- workplace: one project with all that a release touches
- config: what the project decided
- credentials: where the credential comes from
- gather, lookup: looks each fact up once
- subdirectory: a project below the top of its repository
- built, origin, predecessor: facts about built files, the project they may be of, and the release before them
- examinations: reports on one tag, or on files
- receipts, leftovers: what is written beside the built files, and what is removed there
- overview, status, notes: what `show`, `status` and `notes` tell
- advice: the one next command
"""
