//! Values of the runtime's `#[non_exhaustive]` types.
//!
//! Only the runtime itself can build them with a struct expression, and its collector fills them from real maps. Tests of
//! the exporter need episodes with times and contexts of their own choosing.

/// Builds a value field by field. Panics if the fields named are not all the type has.
macro_rules! make {
    ($type:ty { $($field:ident: $value:expr),* $(,)? }) => {{
        let mut made = std::mem::MaybeUninit::<$type>::zeroed();
        let at: *mut $type = made.as_mut_ptr();
        let mut bytes = 0;
        $(
            let value = $value;
            bytes += size_of_val(&value);
            // SAFETY: `at` points to memory for a whole `$type`, so the place of a field is within it. The place is
            // not read.
            let field = unsafe { &raw mut (*at).$field };
            // SAFETY: `field` is the aligned place of this field, and the type of `value` is the field's.
            unsafe { field.write(value) };
        )*
        // A field that is not named here is zero. One that must not be zero (a pointer) takes 8 bytes, more than the
        // padding between fields can hide, and fails here.
        assert_eq!(
            bytes.next_multiple_of(align_of::<$type>()),
            size_of::<$type>(),
            concat!(stringify!($type), " has a field that this test does not know"),
        );
        // SAFETY: each field was written above, as the assertion has checked.
        unsafe { made.assume_init() }
    }};
}

pub(crate) use make;
