package io.sluice.access.request;

import java.util.List;
import java.util.Set;

/// What strangers may ask: whether the service is well, what it can do, and what its documents say. Paths come as they
/// were sent, and without what would make another path of them.
final class OpenPaths {

    private static final Set<String> EXACT =
            Set.of("/v1", "/problems", "/openapi", "/openapi.json", "/openapi.yaml", "/docs", "/actuator/health");
    private static final List<String> BELOW = List.of("/problems/", "/swagger-ui/", "/actuator/health/");
    static final String SERVICE = "/actuator";

    private OpenPaths() {}

    static boolean isOpen(String path) {
        return EXACT.contains(path) || BELOW.stream().anyMatch(path::startsWith);
    }

    /// Whether the path is about the process and not about tables.
    static boolean isOfTheService(String path) {
        return path.equals(SERVICE) || path.startsWith(SERVICE + "/");
    }
}
