//! Inside a slot: files, terminals, tasks, artefacts, environment.
