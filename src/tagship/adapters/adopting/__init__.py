"""What other tools, and a project's own files, tell of a project that is to be adopted; and what adoption writes.

- native: code that is compiled for each platform
- bumping: the configuration of tools that raise versions, in tagship's words
- publishing: workflows that publish, and those that test
- testing: how a job installs what the tests need; requirements: what that is; pythons: which minor versions
- remotes: the code host, by the addresses of the remotes
- locking: files of requirements with hashes, made by uv
- pinned: the actions of a project's own choice, and newer ones
- settings: keys of `[tool.tagship]`, and no other character
- writing: new and changed files, all of them or none
"""
