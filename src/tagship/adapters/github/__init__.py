"""GitHub over its REST API: one conversation, and what is asked in it.

- api: the conversation with one repository, and how its answers are told
- releases: releases, and what is said of commits, pull requests and files
- checks, pulls: how it tells of commits, and of pull requests
- runs: the runs of workflows
- settings, answers: what a repository is set to, as values
"""
