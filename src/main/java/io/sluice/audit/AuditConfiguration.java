package io.sluice.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.catalog.Catalog;
import io.sluice.commit.TableCommits;
import io.sluice.datafile.DataFileStore;
import io.sluice.operation.OperationListener;
import io.sluice.server.StartRefusedException;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/// Makes what `sluice.audit.to` asks for.
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

    private static final String FILE = "file:";
    private static final String TABLE = "table:";

    @Bean
    AuditFilter auditFilter(AuditSettings settings, ObjectProvider<AuditTrail> trail, Clock clock) {
        return new AuditFilter(settings, trail, clock);
    }

    @Bean
    AuditTrail auditTrail(
            AuditSettings settings,
            JsonMapper json,
            Catalog catalog,
            TableCommits commits,
            DataFileStore files,
            Clock clock,
            MeterRegistry meters) {
        Optional<AuditSink> sink = sink(settings.to().strip(), json, catalog, commits, files);
        return new AuditTrail(sink.map(to -> new AuditLog(to, settings, clock, meters)));
    }

    @Bean
    OperationListener operationAudit(AuditTrail trail) {
        return new OperationAudit(trail);
    }

    private static Optional<AuditSink> sink(
            String to, JsonMapper json, Catalog catalog, TableCommits commits, DataFileStore files) {
        try {
            if (to.isEmpty()) {
                return Optional.empty();
            } else if (to.equals("stdout")) {
                return Optional.of(LinesSink.to(new FileOutputStream(FileDescriptor.out), json));
            } else if (to.startsWith(FILE)) {
                return Optional.of(LinesSink.to(Path.of(to.substring(FILE.length())), json));
            } else if (to.startsWith(TABLE)) {
                TableName name = TableName.parse(to.substring(TABLE.length()));
                return Optional.of(new TableSink(name, catalog, commits, files));
            }
            throw refused(to);
        } catch (InvalidPathException | FailureException e) {
            throw refused(to);
        }
    }

    private static StartRefusedException refused(String to) {
        return new StartRefusedException(
                "sluice.audit.to is \"" + to + "\"; it is stdout, file:<path> or table:<schema.table>");
    }
}
