package io.sluice.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Declares what a handler does with the table that `{table}` of its path names. It is called only for callers who may
/// do that; for others the answer is `403 forbidden`, or `404 table-not-found` where they may not see the table.
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {
    Activity value();
}
