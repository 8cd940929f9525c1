"""What happens, in which order.

Plans, and what they are carried out with:
- plans: the plans, each a literal list of steps with a reason per line
- steps: the steps
- stages: makes the steps for one workplace
- execute: runs a plan, and runs it again
- workplace: one project with all that a release touches
- config: what the project decided
- credentials: where the credential comes from
- subdirectory: a project below the top of its repository
- packages, sharing: several packages of one repository, and what is found out once for all of them

What is so:
- gather, lookup: the facts of a tag, each looked up once
- naming: which tag is meant
- authority: the facts of a credential
- built, origin, blobs, predecessor: facts about built files, the project they may be of, and the release before them
- wanted: what of built files costs more than a look
- examinations, lapse: reports on one tag, or on files, and waivers that are over in them
- receipts, leftovers: what is written beside the built files, and what is removed there
- overview, status, notes: what `show`, `status` and `notes` tell
- advice: the one next command

Is this branch ready?
- branch_place: one project with all that looking at its branch touches
- beside, readiness: facts about what lies here beside main, and about the tag that it would become
- ways: how the project works towards a release, and what that asks of one branch
- checking: which checks are asked, and how their findings are told
- rivals, added_leaks: other branches that claim the same, and credentials in what is added
- trials, trial_build: what takes minutes, in copies: tests, the API, the project's own checks, the build
- mend: what can be mended without anybody's words

From a branch to a tag:
- preparing: a release written, in a throwaway clone first
- tagging: from an up-to-date main to a tag whose release has begun
"""
