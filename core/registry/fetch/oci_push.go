// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/registry/remote"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// Push uploads the packed packages of a provider in a filesystem mirror, each version under its tag. What is there already is not uploaded
// again. It returns the versions.
func (o OCI) Push(ctx context.Context, from Filesystem, a source.Address) ([]release.Version, error) {
	repository, err := o.open(o.Repository.Of(a))
	if err != nil {
		return nil, err
	}
	versions, err := from.Versions(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		r, err := from.Release(ctx, a, v)
		if err != nil {
			return nil, err
		}
		if err := r.CheckSums(); err != nil {
			return nil, err
		}
		if err := pushRelease(ctx, repository, r); err != nil {
			return nil, fmt.Errorf("%s %s: %w", a, v, err)
		}
	}
	return versions, nil
}

func pushRelease(ctx context.Context, repository *remote.Repository, r *release.Release) error {
	empty := ocispec.DescriptorEmptyJSON
	if err := push(ctx, repository, empty, empty.Data); err != nil {
		return err
	}
	index := ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex, ArtifactType: ociRelease, Annotations: map[string]string{
		ocispec.AnnotationTitle: r.Source.String(), ocispec.AnnotationVersion: r.Version.String(),
	}}
	for _, p := range r.Platforms() {
		pkg := r.Packages[p]
		if pkg.SHA256 == "" {
			continue // unpacked
		}
		layer := ocispec.Descriptor{
			MediaType: ociLayer, Digest: digest.NewDigestFromEncoded(digest.SHA256, pkg.SHA256), Size: pkg.Size,
			Annotations: map[string]string{ocispec.AnnotationTitle: release.File{Provider: r.Source.Name, Version: r.Version, Platform: p}.Name()},
		}
		if err := pushFile(ctx, repository, layer, pkg.At); err != nil {
			return err
		}
		manifest := ocispec.Manifest{
			Versioned: index.Versioned, MediaType: ocispec.MediaTypeImageManifest, ArtifactType: ociPackage, Config: empty, Layers: []ocispec.Descriptor{layer},
		}
		if pkg.Hash != "" {
			manifest.Annotations = map[string]string{ociHash: pkg.Hash}
		}
		descriptor, data, err := describe(manifest.MediaType, manifest)
		if err != nil {
			return err
		}
		if err := push(ctx, repository, descriptor, data); err != nil {
			return err
		}
		descriptor.ArtifactType, descriptor.Platform = ociPackage, &ocispec.Platform{OS: p.OS, Architecture: p.Arch}
		index.Manifests = append(index.Manifests, descriptor)
	}
	for key, value := range map[string][]byte{ociSums: r.Sums, ociSignature: r.Signature} {
		if value != nil {
			index.Annotations[key] = base64.StdEncoding.EncodeToString(value)
		}
	}
	descriptor, data, err := describe(index.MediaType, index)
	if err != nil {
		return err
	}
	return repository.PushReference(ctx, descriptor, bytes.NewReader(data), r.Version.String())
}

// describe returns a document as JSON with its descriptor.
func describe(mediaType string, document any) (ocispec.Descriptor, []byte, error) {
	data, err := json.Marshal(document)
	return content.NewDescriptorFromBytes(mediaType, data), data, err
}

func push(ctx context.Context, repository *remote.Repository, descriptor ocispec.Descriptor, data []byte) error {
	if there, err := repository.Exists(ctx, descriptor); err != nil || there {
		return err
	}
	return repository.Push(ctx, descriptor, bytes.NewReader(data))
}

func pushFile(ctx context.Context, repository *remote.Repository, descriptor ocispec.Descriptor, path string) error {
	if there, err := repository.Exists(ctx, descriptor); err != nil || there {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return repository.Push(ctx, descriptor, file)
}
