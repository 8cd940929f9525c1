"""The stand-in world, in which a release can be rehearsed without touching anything outside this machine.

- wire: HTTP on loopback, for everything below
- index: a package index that takes and serves files
  - upload: what it asks of an upload, in its order
    - form_rules, metadata_rules, descriptions: of the form
    - administration, registration: of who sends it, and of a project's first one
    - file_rules, filename_rules, archives, zip_framing, wheel_contents: of the file
  - tokens: the tokens that it issues and judges
  - oidc, publishers, identity: its trusted publishing, whom it trusts, and a CI system that says what a job is
  - attestations: what it looks at in those that come with a file
  - store, simple, project_json: what it holds, and how it shows it
  - forms, refusal: how it reads a form and says no
- door: a proxy that answers for the public names and lets nothing else out
- host: a code host with releases, settings and history; other_hosts: GitLab and Forgejo
- sample: a small project to rehearse with
- world: all of it together, around a throwaway copy of a project
- perform: the workplace of a rehearsal, in that world
- faults: what is broken in it on purpose
"""
