//! What a type is.

/// Whether a type is `Send`, `Sync`, `Unpin`, `UnwindSafe` and `RefUnwindSafe`.
///
/// An inherent constant, there if the bound holds, goes before the one of a trait, which is always there.
macro_rules! auto_traits {
    ($type:ty) => {{
        #[allow(dead_code, reason = "whichever of the two is not chosen")]
        const fn is() -> [bool; 5] {
            struct Is<T>(std::marker::PhantomData<T>);
            trait Not {
                const SEND: bool = false;
                const SYNC: bool = false;
                const UNPIN: bool = false;
                const UNWIND: bool = false;
                const REF_UNWIND: bool = false;
            }
            impl<T> Not for Is<T> {}
            impl<T: Send> Is<T> {
                const SEND: bool = true;
            }
            impl<T: Sync> Is<T> {
                const SYNC: bool = true;
            }
            impl<T: Unpin> Is<T> {
                const UNPIN: bool = true;
            }
            impl<T: std::panic::UnwindSafe> Is<T> {
                const UNWIND: bool = true;
            }
            impl<T: std::panic::RefUnwindSafe> Is<T> {
                const REF_UNWIND: bool = true;
            }
            [
                <Is<$type>>::SEND,
                <Is<$type>>::SYNC,
                <Is<$type>>::UNPIN,
                <Is<$type>>::UNWIND,
                <Is<$type>>::REF_UNWIND,
            ]
        }
        (stringify!($type), is())
    }};
}
