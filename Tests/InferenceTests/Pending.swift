// Tests of this module follow with its merge.
