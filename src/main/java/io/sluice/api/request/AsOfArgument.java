package io.sluice.api.request;

import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/// Reads an [AsOf] argument from `version=` or `timestamp=`; neither means the latest version.
final class AsOfArgument implements HandlerMethodArgumentResolver {

    static final String VERSION = "version";
    static final String TIMESTAMP = "timestamp";

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == AsOf.class;
    }

    @Override
    public AsOf resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        String version = request.getParameter(VERSION);
        String timestamp = request.getParameter(TIMESTAMP);
        if (version != null && timestamp != null) {
            throw new Failure.BadParameter(TIMESTAMP, "say either version or timestamp, not both").asException();
        }
        if (version != null) {
            return version(version);
        }
        return timestamp == null ? AsOf.latest() : moment(timestamp);
    }

    private static AsOf version(String text) {
        if (!DIGITS.matcher(text).matches()) {
            throw new Failure.BadParameter(VERSION, "it must be a version number, counted from 0").asException();
        }
        return new AsOf.Version(Long.parseLong(text));
    }

    /// A `+` of an offset that was not percent-encoded arrives as a blank; it can mean nothing else.
    private static AsOf moment(String text) {
        try {
            return new AsOf.Moment(OffsetDateTime.parse(text.replace(' ', '+')).toInstant());
        } catch (DateTimeException e) {
            throw new Failure.BadParameter(
                            TIMESTAMP, "it must be ISO-8601 with an offset, such as 2026-11-20T08:15:30Z")
                    .asException();
        }
    }
}
