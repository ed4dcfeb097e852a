#![allow(unused)]

use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace(name = "")]
type Empty = HashMap<u8, u8>;

#[maptrace(name = " ")]
type Blank = HashMap<u8, u8>;

#[maptrace(name = sessions)]
type Unquoted = HashMap<u8, u8>;

#[maptrace(name)]
type NoName = HashMap<u8, u8>;

#[maptrace(name =)]
type HalfName = HashMap<u8, u8>;

#[maptrace(name("sessions"))]
type Called = HashMap<u8, u8>;

#[maptrace(sample = 0)]
type Zero = HashMap<u8, u8>;

#[maptrace(sample = -1)]
type Negative = HashMap<u8, u8>;

#[maptrace(sample = 0.5)]
type Fraction = HashMap<u8, u8>;

#[maptrace(sample = 1000001)]
type Large = HashMap<u8, u8>;

#[maptrace(sample = "often")]
type Word = HashMap<u8, u8>;

#[maptrace(sample)]
type NoSample = HashMap<u8, u8>;

#[maptrace(skip = true)]
type Skip = HashMap<u8, u8>;

#[maptrace(crate = "maptrace")]
type Quoted = HashMap<u8, u8>;

#[maptrace(crate = maptrace<u8>)]
type Generic = HashMap<u8, u8>;

#[maptrace(crate)]
type NoCrate = HashMap<u8, u8>;

fn main() {}
