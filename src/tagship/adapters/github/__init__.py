"""GitHub over its REST API: one conversation, and what is asked in it.

- api: the conversation with one repository, and how its answers are told
- token: where the token for it is found
- releases: releases, and what is said of commits, pull requests and files
- checks, pulls: how it tells of commits, and of pull requests
- runs: the runs of workflows
- activity, issues: what moved a branch, and an issue that is found again
- settings: what a repository is set to (answers: as values); changes: what it lacks (bodies: what is sent)
"""
