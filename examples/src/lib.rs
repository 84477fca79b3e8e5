//! Tests of the examples; there is nothing here.
