package io.sluice.api.problem;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// What an exception of a handler, or of Spring on the way to it, means to a client. Foreign messages never pass.
final class FailureOf {

    private FailureOf() {}

    static Failure exception(Throwable exception) {
        return switch (exception) {
            case FailureException ours -> ours.failure();
            case NoResourceFoundException _, NoHandlerFoundException _ -> new Failure.NotFound();
            case HttpRequestMethodNotSupportedException method ->
                new Failure.MethodNotAllowed(method.getMethod(), sorted(method.getSupportedMethods()));
            case HttpMediaTypeNotAcceptableException accept ->
                new Failure.NotAcceptable(names(accept.getSupportedMediaTypes()));
            case HttpMediaTypeNotSupportedException type ->
                new Failure.UnsupportedMediaType(
                        type.getContentType() == null
                                ? ""
                                : type.getContentType().toString(),
                        names(type.getSupportedMediaTypes()));
            // The coding of the body's transfer is broken; Tomcat finds out while it is read.
            case BadRequestException _ ->
                new Failure.MalformedBody("the body does not come as its Transfer-Encoding says");
            case HttpMessageNotReadableException body -> unreadable(body);
            case MissingServletRequestParameterException missing ->
                new Failure.BadParameter(missing.getParameterName(), "it is required");
            case MissingRequestHeaderException missing ->
                new Failure.BadParameter(missing.getHeaderName(), "this header is required");
            case MethodArgumentTypeMismatchException mismatch -> mismatch(mismatch, mismatch.getName());
            case TypeMismatchException mismatch -> mismatch(mismatch, "parameter");
            case ServletRequestBindingException _ ->
                new Failure.BadParameter("request", "a parameter or header that the endpoint needs is missing");
            default -> new Failure.Internal();
        };
    }

    private static Failure mismatch(TypeMismatchException mismatch, String name) {
        return ours(mismatch)
                .orElseGet(() -> new Failure.BadParameter(name, "it must be " + described(mismatch.getRequiredType())));
    }

    private static String described(@Nullable Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .map(constant -> constant.toString()
                            .toLowerCase(java.util.Locale.ROOT)
                            .replace('_', '-'))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        return Number.class.isAssignableFrom(type) || type.isPrimitive() ? "a whole number within its range" : "valid";
    }

    private static Failure unreadable(HttpMessageNotReadableException body) {
        return ours(body).orElseGet(() -> new Failure.MalformedBody(reason(body.getCause())));
    }

    /// A failure of ours that a value threw while it was made from the body or a parameter.
    private static java.util.Optional<Failure> ours(Throwable exception) {
        for (Throwable cause = exception.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof FailureException failure) {
                return java.util.Optional.of(failure.failure());
            }
        }
        return java.util.Optional.empty();
    }

    private static String reason(@Nullable Throwable cause) {
        return switch (cause) {
            case UnrecognizedPropertyException unknown ->
                "The body has the member " + path(unknown) + ", which this endpoint does not know. Leave it out.";
            case DatabindException bound ->
                "The body's member " + path(bound)
                        + " is missing or has a value of another type than the endpoint takes.";
            case StreamReadException read -> "The body is not JSON " + at(read) + ".";
            case null, default -> "The body is missing or cannot be read.";
        };
    }

    private static String path(DatabindException exception) {
        String path = exception.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "(the body itself)" : path.replace(".[", "[");
    }

    private static String at(JacksonException exception) {
        var location = exception.getLocation();
        return location == null
                ? "that can be read"
                : "at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static List<String> sorted(String @Nullable [] names) {
        return names == null ? List.of() : Stream.of(names).sorted().toList();
    }

    private static List<String> names(List<MediaType> types) {
        return types.stream().map(MediaType::toString).distinct().toList();
    }
}
