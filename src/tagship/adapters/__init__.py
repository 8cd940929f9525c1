"""The outside: one module, or package, per outside thing; nothing here decides what a release needs.

The machine:
- process, surroundings: how programs are started, and what of the environment they see
- workshop: throwaway directories, gone at the end whatever happens
- environments, interpreters: virtual environments, by uv or by pip, and the Pythons at hand

The project:
- git: the repository
- directory: a plain directory, as a tree of files
- pyproject, backends, toml_document: name and version, as each build backend keeps them
- versions: where the version stands, in copies and lock files too, and how it is set to another
- changelogs, triggers: where notes and tag workflows are found
- remote_address: whose repository an address leads to

Building and installing:
- builder, wheel_repair: distributions out of a pristine checkout
- archives: distributions, opened
- manifests: the manifest beside them
- rendering, classifiers: whether the index would render a description, and the classifiers that it knows
- venv, tryout: the clean room for what is served and for what is built
- looking, probe: what is asked of the interpreter in there, and what runs inside it

Servers:
- http, connections, quoting: one client, and how a server's words are made safe to show
- index: a package index, read and written
- token, oidc, redact: where credentials come from, and how they are kept out of everything that is shown
- github, commit_checks: the code host's releases, and what it says of a commit
"""
