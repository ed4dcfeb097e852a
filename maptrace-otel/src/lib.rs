//! Exports what maptrace sees over OTLP.
