package io.sluice.api.service;

import io.sluice.api.ForAnybody;
import io.sluice.api.Limits;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /v1`: what this service is and can do.
@RestController
class ServiceController {

    private static final List<String> FORMATS = List.of(
            "application/json",
            "application/x-ndjson",
            "text/csv",
            "application/vnd.apache.arrow.stream",
            "application/vnd.apache.parquet");
    private static final List<String> CODINGS = List.of("gzip", "zstd");
    private static final List<String> CAPABILITIES = List.of(
            "create-table",
            "alter-table",
            "append",
            "overwrite",
            "transactions",
            "read",
            "count",
            "time-travel",
            "delete",
            "update",
            "upsert",
            "merge",
            "history",
            "changes",
            "optimize",
            "vacuum",
            "restore",
            "checkpoint",
            "repair",
            "statistics",
            "convert",
            "idempotency");

    /// @param version of the service; `development` where it was not built by Maven
    /// @param limits of requests; sizes in bytes, durations in ISO-8601
    /// @param formats media types of rows, in both directions
    /// @param contentCodings of bodies, in both directions
    record Service(
            String service,
            String version,
            Limits limits,
            List<String> formats,
            List<String> contentCodings,
            List<String> capabilities) {}

    private final Service service;

    ServiceController(Limits limits, ObjectProvider<BuildProperties> build) {
        String version =
                build.stream().map(BuildProperties::getVersion).findFirst().orElse("development");
        this.service = new Service("sluice", version, limits, FORMATS, CODINGS, CAPABILITIES);
    }

    @ForAnybody
    @GetMapping("/v1")
    Service describe() {
        return service;
    }
}
