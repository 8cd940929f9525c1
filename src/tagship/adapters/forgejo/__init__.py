"""Forgejo, and Gitea, over their REST API: one conversation, and what is asked in it.

- api: the conversation with one repository, and where its token comes from
- releases: releases, and what is said of commits, pull requests and files
- activity: the pull requests of commits; there is no log that tells a merge from a push
- settings, changes: what a repository is set to, and what brings what is missing; secrets: its secrets
"""
