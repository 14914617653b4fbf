package io.sluice.api.problem;

import io.sluice.api.ForAnybody;
import io.sluice.api.ProblemType;
import io.sluice.table.Failure;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/// Explains the types of problems: for people where `Accept` names `text/html`, else as JSON.
@RestController
class ProblemPages {

    record Explanation(String type, String title, int status, String explanation) {
        static Explanation of(ProblemType type) {
            return new Explanation(type.path(), type.title(), type.status(), type.explanation());
        }
    }

    record Explanations(List<Explanation> problems) {}

    @ForAnybody
    @GetMapping(
            path = "/problems",
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_HTML_VALUE})
    ResponseEntity<Object> list(@RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept) {
        if (wantsPage(accept)) {
            return page(
                    "Problems",
                    Stream.of(ProblemType.values())
                            .map(type -> "<li><a href=\"" + type.path() + "\">" + type.slug() + "</a> (" + type.status()
                                    + "): " + type.title() + "</li>")
                            .collect(Collectors.joining("\n", "<ul>\n", "\n</ul>")));
        }
        return json(new Explanations(
                Stream.of(ProblemType.values()).map(Explanation::of).toList()));
    }

    @ForAnybody
    @GetMapping(
            path = "/problems/{slug}",
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_HTML_VALUE})
    ResponseEntity<Object> explain(
            @PathVariable String slug,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept) {
        ProblemType type = ProblemType.ofSlug(slug).orElseThrow(() -> new Failure.NotFound().asException());
        if (wantsPage(accept)) {
            return page(
                    type.title(),
                    "<p><code>" + type.slug() + "</code>, status " + type.status() + "</p>\n<p>" + type.explanation()
                            + "</p>\n<p><a href=\"/problems\">All problems</a></p>");
        }
        return json(Explanation.of(type));
    }

    private static boolean wantsPage(@Nullable String accept) {
        return accept != null && accept.contains(MediaType.TEXT_HTML_VALUE);
    }

    private static ResponseEntity<Object> json(Object body) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(body);
    }

    private static ResponseEntity<Object> page(String title, String body) {
        String html = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>%1$s</title></head>
            <body>
            <h1>%1$s</h1>
            %2$s
            </body>
            </html>
            """.formatted(title, body);
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_HTML, java.nio.charset.StandardCharsets.UTF_8))
                .body(html);
    }
}
