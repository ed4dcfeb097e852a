//! What a program without std has to bring itself. If std is below it after all, there are two panic handlers, and the
//! compiler refuses the second.
#![allow(unsafe_code, reason = "an allocator is an unsafe trait, and `alloc` needs one")]

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;

/// Never has memory: this is built, and not run.
struct NoMemory;

// SAFETY: no memory is ever handed out, so there is none that could be too small, misplaced or shared.
unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _layout: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _memory: *mut u8, _layout: Layout) {}
}

#[global_allocator]
static NO_MEMORY: NoMemory = NoMemory;

#[panic_handler]
fn stop(_why: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
