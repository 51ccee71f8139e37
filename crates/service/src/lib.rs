//! What every daemon needs: config, listeners, tracing, metrics, health, tokens, drain.
