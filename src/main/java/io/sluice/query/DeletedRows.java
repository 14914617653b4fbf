package io.sluice.query;

import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// The rows that a file's deletion vector removes.
@Component
class DeletedRows {

    Optional<long[]> of(TableSnapshot snapshot, DataFile file) {
        if (file.add().deletionVector().isEmpty()) {
            return Optional.empty();
        }
        throw new Failure.NotImplemented("deletion vectors").asException();
    }
}
