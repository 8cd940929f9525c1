"""From a wish to a commit that releases: everything in a throwaway clone, and then all of it at once, or nothing.

- ground: where the work would go, and what forbids it there
- remote: what the remote has now, and what is told where that is not known
- releases: where the project stands between its last release and the next
- evidence: what changed since, and how far up that asks the version to go
- aiming: the version that is meant, or proposed
- desk: what the parts of a release are written with, and the first of them, the version
- news: the changelog
- dating: whether a day that was named can be that of the release
- locking: lock files, and the tools that own them
- tools: how a project's own tools are started
- writing: changes of files in the throwaway clone, and what everything there came to
- after: what follows a release, where a project works so
- following: what a person does next
- preparation: the whole way, from the question to the commit
"""
