"""Hook programs that are copied into a repository and run there on their own, without tagship.

- pre-push.sh: for a clone
- server.py: for a bare repository on a server
"""
