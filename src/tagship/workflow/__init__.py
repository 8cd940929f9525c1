"""What happens, in which order.

Plans, and what they are carried out with:
- plans: the plans, each a literal list of steps with a reason per line
- steps: the steps
- stages: makes the steps for one workplace
- execute: runs a plan, and runs it again
- workplace: one project with all that a release touches
- config: what the project decided
- other_hosts: GitLab and Forgejo, as what commands ask of a code host
- credentials: where the credential comes from; storing: where the host keeps it
- alone: one tagship at a time

What is so:
- gather, lookup: the facts of a tag, each looked up once
- naming: which tag is meant
- authority: the facts of a credential
- files: the facts of built files
- examinations, lapse: reports on one tag, or on files, and waivers that are over in them
- telling: what `status`, `show` and `notes` tell, and the one next command
- several: several packages of one repository, and a package below its top
- guarding: what came to main, and how
- adopting: a project looked at, decided on, and given the files that its releases need

From a branch to a tag:
- readiness: is this branch ready?
- preparing: a release written, in a throwaway clone first
- tagging: from an up-to-date main to a tag whose release has begun
"""
