package io.sluice.api.request;

import io.sluice.api.NewestVersions;
import io.sluice.api.TableHeaders;
import io.sluice.api.TablePaths;
import io.sluice.api.Visibility;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/// `OPTIONS` about a table has the headers of its newest version, like every answer about one.
final class TableOptions implements HandlerInterceptor {

    private final ObjectProvider<NewestVersions> versions;
    private final Visibility visibility;

    TableOptions(ObjectProvider<NewestVersions> versions, Visibility visibility) {
        this.visibility = visibility;
        this.versions = versions;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        @Nullable
        NewestVersions known = HttpMethod.OPTIONS.matches(request.getMethod()) ? versions.getIfAvailable() : null;
        if (known != null) {
            TablePaths.table(request.getRequestURI())
                    .filter(table -> visibility.sees(request, table))
                    .map(known::find)
                    .ifPresent(version -> version.ifPresent(newest -> TableHeaders.of(newest)
                            .forEach((name, values) -> response.setHeader(name, values.getFirst()))));
        }
        return true;
    }
}
