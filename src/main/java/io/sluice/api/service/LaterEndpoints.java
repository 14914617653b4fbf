package io.sluice.api.service;

import io.sluice.api.ForCallers;
import io.sluice.table.Failure;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The endpoints of the contract that later releases will serve: they exist, and say `501 not-implemented`. Whoever
/// writes one removes its line here.
@RestController
@Hidden
class LaterEndpoints {

    @ForCallers("nothing: it is not there yet")
    @GetMapping("/")
    void reads(HttpServletRequest request, @RequestParam Map<String, String> any) {
        throw later(request);
    }

    @ForCallers("nothing: it is not there yet")
    @PostMapping({
        "/v1/query",
    })
    void posts(HttpServletRequest request, @RequestParam Map<String, String> any) {
        throw later(request);
    }

    @ForCallers("nothing: it is not there yet")
    @RequestMapping({"/v1/topics", "/v1/topics/**", "/delta-sharing/**"})
    void whole(HttpServletRequest request, @RequestParam Map<String, String> any) {
        throw later(request);
    }

    private static RuntimeException later(HttpServletRequest request) {
        return new Failure.NotImplemented(request.getMethod() + " " + request.getRequestURI()).asException();
    }
}
