"""GitLab over its REST API: one conversation, and what is asked in it.

- api: the conversation with one project, and where its token comes from
- releases: releases, and what is said of commits, merge requests and files
- activity: what moved a branch, as far as that can be told
- settings, changes: what a project is set to, and what brings what is missing; secrets: its variables
"""
