package io.sluice.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Declares that a handler's path names no table: any authenticated caller may call it, and it asks about each table
/// that it comes to.
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ForCallers {
    /// What it asks, or why nothing has to be asked.
    String value();
}
