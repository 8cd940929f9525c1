"""The outside: one module, or package, per outside thing; nothing here decides what a release needs.

The machine:
- process, begun, pump, said, signals, surroundings: how programs are started, heard, quoted, ended, and what they see
- leavings: what they leave behind
- workshop: throwaway directories, gone at the end whatever happens
- environments, interpreters: virtual environments, by uv or by pip, and the Pythons at hand

The project:
- git: the repository; what is read of it, and the few ways in which it is written
- directory: a plain directory, as a tree of files
- nearest: the project that is meant in a directory below it
- pyproject, backends, toml_document: name and version, as each build backend keeps them
- versions: where the version stands, in copies and lock files too, and how it is set to another
- changelogs, fragments, triggers: where notes, news in files of their own and tag workflows are found
- workspaces: the packages of a repository that holds several
- pushes: the push that a job runs for
- hooks: programs that are copied into a repository and run there on their own
- remote_address, hosts: whose repository an address leads to, on GitHub and elsewhere
- adopting: what other tools and its own files tell of a project to adopt, and what is written there

Building and installing:
- builder, wheel_repair: distributions out of a pristine checkout
- archives: distributions, opened
- manifests: the manifest beside them
- rendering, classifiers: whether the index would render a description, and the classifiers that it knows
  (renderer: what runs in a process of its own)
- venv, tryout: the clean room for what is served and for what is built
- looking, probe: what is asked of the interpreter in there, and what runs inside it

Trying what a branch would ship:
- test_command: how its tests are run
- trial: a command of its own, run in a copy and bounded
- api: what of its public API breaks (api_probe: what runs in a process of its own)

Servers:
- http, connections, quoting: one client, and how a server's words are made safe to show
- index: a package index, read and written
- token, token_sources, oidc, redact: where credentials come from, and how they are kept out of everything that is shown
- github: a code host, with its releases, checks, runs of workflows and settings
- gitlab, forgejo: the same as far as they can; host_api, host_settings: how both are spoken to
"""
