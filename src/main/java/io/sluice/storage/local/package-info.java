/// Files of this machine, by java.nio: durable when a method returns, atomic among processes.
@NullMarked
package io.sluice.storage.local;

import org.jspecify.annotations.NullMarked;
