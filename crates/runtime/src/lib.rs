//! Runtimes for slots: Docker, process, fake.
