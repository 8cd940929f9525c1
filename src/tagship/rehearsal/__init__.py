"""The stand-in world, in which a release can be rehearsed without touching anything outside this machine.

- wire: HTTP on loopback, for everything below
- index: a package index that takes and serves files
  - upload, form_rules, file_rules, archives: what it asks of an upload, in its order
  - tokens: the tokens that it issues and judges
  - store, simple: what it holds, and how it shows it
  - forms, refusal: how it reads a form and says no
- host: a code host with releases; `releases` holds their state and rules
- sample: a small project to rehearse with
- world: all of it together, around a throwaway copy of a project
- perform: the workplace of a rehearsal, in that world
"""
