package io.sluice.delta;

import io.sluice.delta.Action.AddCdcFile;
import io.sluice.delta.Action.AddFile;
import io.sluice.delta.Action.DeletionVector;
import io.sluice.delta.Action.RemoveFile;
import io.sluice.table.JsonValues;
import io.sluice.table.SchemaJson;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes an action as the one JSON object of its line (Delta protocol, "Actions"). Absent members are left out.
final class ActionWriter {

    /// The protocol versions from which on features are listed by name ("Table Features").
    private static final int READER_WITH_FEATURES = 3;

    private static final int WRITER_WITH_FEATURES = 7;

    private ActionWriter() {}

    static void write(Action action, ByteArrayOutputStream out) {
        try (JsonGenerator json = JsonValues.generator(out)) {
            json.writeStartObject();
            switch (action) {
                case AddFile add -> add(json, add);
                case RemoveFile remove -> remove(json, remove);
                case AddCdcFile cdc -> cdc(json, cdc);
                case Action.Metadata metadata -> metadata(json, metadata);
                case Action.Protocol protocol -> protocol(json, protocol);
                case Action.SetTransaction transaction -> transaction(json, transaction);
                case Action.DomainMetadata domain -> domain(json, domain);
                case Action.CommitInfo info -> {
                    json.writeName("commitInfo");
                    JsonValues.write(json, info.fields());
                }
                case Action.Other other ->
                    throw new IllegalArgumentException("an action that was not understood cannot be written: " + other);
            }
            json.writeEndObject();
        }
    }

    private static void add(JsonGenerator json, AddFile add) {
        json.writeName("add");
        json.writeStartObject();
        json.writeStringProperty("path", add.path());
        texts(json, "partitionValues", add.partitionValues());
        json.writeNumberProperty("size", add.size());
        json.writeNumberProperty("modificationTime", add.modificationTime());
        json.writeBooleanProperty("dataChange", add.dataChange());
        add.stats().ifPresent(stats -> json.writeStringProperty("stats", stats));
        if (!add.tags().isEmpty()) {
            texts(json, "tags", add.tags());
        }
        add.deletionVector().ifPresent(vector -> deletionVector(json, vector));
        add.baseRowId().ifPresent(id -> json.writeNumberProperty("baseRowId", id));
        add.defaultRowCommitVersion()
                .ifPresent(version -> json.writeNumberProperty("defaultRowCommitVersion", version));
        add.clusteringProvider().ifPresent(provider -> json.writeStringProperty("clusteringProvider", provider));
        json.writeEndObject();
    }

    private static void remove(JsonGenerator json, RemoveFile remove) {
        json.writeName("remove");
        json.writeStartObject();
        json.writeStringProperty("path", remove.path());
        remove.deletionTimestamp().ifPresent(time -> json.writeNumberProperty("deletionTimestamp", time));
        json.writeBooleanProperty("dataChange", remove.dataChange());
        boolean extended = remove.size().isPresent();
        json.writeBooleanProperty("extendedFileMetadata", extended);
        if (extended) {
            texts(json, "partitionValues", remove.partitionValues());
            json.writeNumberProperty("size", remove.size().getAsLong());
        }
        remove.numRecords().ifPresent(records -> json.writeStringProperty("stats", "{\"numRecords\":" + records + "}"));
        remove.deletionVector().ifPresent(vector -> deletionVector(json, vector));
        remove.baseRowId().ifPresent(id -> json.writeNumberProperty("baseRowId", id));
        remove.defaultRowCommitVersion()
                .ifPresent(version -> json.writeNumberProperty("defaultRowCommitVersion", version));
        json.writeEndObject();
    }

    private static void cdc(JsonGenerator json, AddCdcFile cdc) {
        json.writeName("cdc");
        json.writeStartObject();
        json.writeStringProperty("path", cdc.path());
        texts(json, "partitionValues", cdc.partitionValues());
        json.writeNumberProperty("size", cdc.size());
        json.writeBooleanProperty("dataChange", false);
        json.writeEndObject();
    }

    private static void deletionVector(JsonGenerator json, DeletionVector vector) {
        json.writeName("deletionVector");
        json.writeStartObject();
        json.writeStringProperty("storageType", vector.storageType());
        json.writeStringProperty("pathOrInlineDv", vector.pathOrInlineDv());
        vector.offset().ifPresent(offset -> json.writeNumberProperty("offset", offset));
        json.writeNumberProperty("sizeInBytes", vector.sizeInBytes());
        json.writeNumberProperty("cardinality", vector.cardinality());
        json.writeEndObject();
    }

    private static void metadata(JsonGenerator json, Action.Metadata metadata) {
        json.writeName("metaData");
        json.writeStartObject();
        json.writeStringProperty("id", metadata.id());
        metadata.name().ifPresent(name -> json.writeStringProperty("name", name));
        metadata.description().ifPresent(text -> json.writeStringProperty("description", text));
        json.writeName("format");
        json.writeStartObject();
        json.writeStringProperty("provider", "parquet");
        texts(json, "options", Map.of());
        json.writeEndObject();
        json.writeStringProperty("schemaString", SchemaJson.write(metadata.schema()));
        list(json, "partitionColumns", metadata.partitionColumns());
        texts(json, "configuration", metadata.configuration());
        metadata.createdTime().ifPresent(time -> json.writeNumberProperty("createdTime", time));
        json.writeEndObject();
    }

    private static void protocol(JsonGenerator json, Action.Protocol protocol) {
        json.writeName("protocol");
        json.writeStartObject();
        json.writeNumberProperty("minReaderVersion", protocol.minReaderVersion());
        json.writeNumberProperty("minWriterVersion", protocol.minWriterVersion());
        if (protocol.minReaderVersion() >= READER_WITH_FEATURES) {
            list(json, "readerFeatures", protocol.readerFeatures());
        }
        if (protocol.minWriterVersion() >= WRITER_WITH_FEATURES) {
            list(json, "writerFeatures", protocol.writerFeatures());
        }
        json.writeEndObject();
    }

    private static void transaction(JsonGenerator json, Action.SetTransaction transaction) {
        json.writeName("txn");
        json.writeStartObject();
        json.writeStringProperty("appId", transaction.appId());
        json.writeNumberProperty("version", transaction.version());
        transaction.lastUpdated().ifPresent(time -> json.writeNumberProperty("lastUpdated", time));
        json.writeEndObject();
    }

    private static void domain(JsonGenerator json, Action.DomainMetadata domain) {
        json.writeName("domainMetadata");
        json.writeStartObject();
        json.writeStringProperty("domain", domain.domain());
        json.writeStringProperty("configuration", domain.configuration());
        json.writeBooleanProperty("removed", domain.removed());
        json.writeEndObject();
    }

    private static void texts(JsonGenerator json, String name, Map<String, ? extends @Nullable String> texts) {
        json.writeName(name);
        json.writeStartObject();
        texts.forEach((key, value) -> {
            json.writeName(key);
            if (value == null) {
                json.writeNull();
            } else {
                json.writeString(value);
            }
        });
        json.writeEndObject();
    }

    private static void list(JsonGenerator json, String name, List<String> texts) {
        json.writeName(name);
        json.writeStartArray();
        texts.forEach(json::writeString);
        json.writeEndArray();
    }
}
