//! The door: accounts, tokens, git, session orchestration, tunnel.
